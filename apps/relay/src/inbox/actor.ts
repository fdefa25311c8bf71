import type { Person } from '@transom/shared';

/** Who asks: a person of one agency, at one device. Made by authentication and nowhere else. */
export type Actor = { readonly agencyId: string; readonly person: Person; readonly deviceId: string };
