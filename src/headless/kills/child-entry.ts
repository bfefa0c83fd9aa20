// What the killed process starts with.
import { readOne } from "./reading-child.ts";

await readOne(process.argv.slice(2));
