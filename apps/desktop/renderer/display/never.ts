/** Makes the compiler complain when a union grew and a switch did not. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}.`);
}
