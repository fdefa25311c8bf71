/** The code that a person meant: case, spaces and dashes are ignored, and look-alike letters become digits (Crockford). */
export function plainCode(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}
