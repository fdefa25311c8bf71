import type { Person } from '@transom/shared';

/** Who asks: a person of one agency, on one device. Only authentication makes it. */
export type Actor = { readonly agencyId: string; readonly person: Person; readonly deviceId: string };
