/**
 * The first of `wanted` that `Intl` accepts and that has the same language as `fallback`; else `fallback`. A system set to the POSIX
 * locale names "en-US@posix", on which Intl throws, and the page would stay white.
 */
export function usableLocale(wanted: readonly string[], fallback: string): string {
  const { language } = new Intl.Locale(fallback);
  return wanted.find((tag) => isLocale(tag) && new Intl.Locale(tag).language === language) ?? fallback;
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
