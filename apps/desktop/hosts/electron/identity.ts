/**
 * Who the app is to the operating system. The installer and the running app must agree, or Windows shows no
 * notification and Linux no badge; so both read it here.
 */
export const identity = {
  /** Bundle id on macOS, AppUserModelID on Windows. */
  appId: 'app.transom.desk',
  productName: 'Transom',
  executableName: 'transom',
  /** Name of the .desktop file on Linux; the badge is matched by it. */
  desktopName: 'transom.desktop',
  /** Inside the app: `transom://desk/index.html`. Never registered with the system. */
  bundleScheme: 'transom',
  bundleHost: 'desk',
  /** From outside: `transom-desk://open/<conversation id>`. */
  deepLinkScheme: 'transom-desk',
} as const;

export const startUrl = `${identity.bundleScheme}://${identity.bundleHost}/index.html`;

/** The name under which the keychain keeps the device token: another data folder is another desk. */
export function keychainService(dataDir: string | null): string {
  return dataDir === null ? identity.productName : `${identity.productName} (${dataDir})`;
}
