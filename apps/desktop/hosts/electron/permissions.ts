import { session } from 'electron';

/** Every permission that a page has, with the reason. Anything else is refused, including what is invented later. */
const allowedPermissions: ReadonlyMap<string, string> = new Map([
  ['clipboard-sanitized-write', 'A person copies a message or a phone number.'],
]);

export function decidePermission(permission: string): boolean {
  return allowedPermissions.has(permission);
}

/** Requests, silent checks, devices and screens: each has its own handler in Electron, and all are set here. */
export function installPermissions(): () => void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(decidePermission(permission)));
  defaultSession.setPermissionCheckHandler((_contents, permission) => decidePermission(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  // An empty answer refuses the stream.
  defaultSession.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  return () => {
    defaultSession.setPermissionRequestHandler(null);
    defaultSession.setPermissionCheckHandler(null);
    defaultSession.setDevicePermissionHandler(null);
    defaultSession.setDisplayMediaRequestHandler(null);
  };
}
