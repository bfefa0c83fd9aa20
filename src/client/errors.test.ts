import { expect, test } from "vitest";
import { EngineCallError, toErrorData } from "./errors.ts";

test("an error of the worker keeps its code and message", () => {
  const crossed = new Error(JSON.stringify({ code: "quota-exceeded", message: "disk is full" }));
  expect(toErrorData(crossed)).toEqual({ code: "quota-exceeded", message: "disk is full" });
});

test("an unknown code or plain text becomes internal", () => {
  expect(toErrorData(new Error("boom"))).toEqual({ code: "internal", message: "boom" });
  expect(toErrorData(new Error('{"code":"toString","message":"x"}')).code).toBe("internal");
  expect(toErrorData("text")).toEqual({ code: "internal", message: "text" });
});

test("an EngineCallError passes through", () => {
  const error = new EngineCallError({ code: "cancelled", message: "stopped" });
  expect(toErrorData(error)).toEqual({ code: "cancelled", message: "stopped" });
});
