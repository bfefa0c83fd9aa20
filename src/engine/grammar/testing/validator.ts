// Test support: ajv as the judge of values, with the formats of JSON Schema. Tests only.
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats, { type FormatsPlugin } from "ajv-formats";

// Its declaration says that the module is the function; at run time it holds it.
const { default: addFormats } = formats as unknown as { readonly default: FormatsPlugin };

/** Of draft-07 where the schema is written in it. */
export function validator(schema: object): ValidateFunction {
  const options = { strict: false };
  const ajv = "additionalItems" in schema ? new Ajv(options) : new Ajv2020(options);
  addFormats(ajv);
  return ajv.compile(schema);
}
