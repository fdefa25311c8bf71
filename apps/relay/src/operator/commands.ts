import { account } from './account.ts';
import { audit } from './audit.ts';
import { backup } from './backup.ts';
import type { Command } from './command.ts';
import { deliveries } from './deliveries.ts';
import { doctor } from './doctor.ts';
import { erase } from './erase.ts';
import { invite } from './invite.ts';
import { keys } from './keys.ts';
import { migrate } from './migrate.ts';
import { partner } from './partner.ts';
import { plan } from './plan.ts';
import { replay } from './replay.ts';
import { restore } from './restore.ts';
import { serve } from './serve.ts';
import { setup } from './setup.ts';

/** Every command of `transom-relay`, in the order in which an operator meets them. */
export const commands: readonly Command[] = [
  serve,
  setup,
  invite,
  account,
  deliveries,
  replay,
  backup,
  restore,
  migrate,
  keys,
  audit,
  erase,
  plan,
  partner,
  doctor,
];
