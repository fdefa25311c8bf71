/** What a person typed, as the code that is meant: case, spaces and dashes do not count, and look-alikes mean the digit (Crockford). */
export function plainCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}
