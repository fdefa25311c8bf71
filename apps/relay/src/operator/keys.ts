import { copyForgotten, forgottenPathOf } from '../forgotten/forgotten-file.ts';
import { listDevices, revokeDevice } from '../people/devices.ts';
import { rotateMasterKey } from '../vault/vault.ts';
import { type Call, type Command, need, Refused, UsageError } from './command.ts';
import { chooseAgency, databaseOf, withStore } from './relay-files.ts';

export const keys: Command = {
  name: 'keys',
  summary: 'Rotate the master key; list or revoke the devices that have a token',
  usage: `rotate
       transom-relay keys devices [--agency ID]
       transom-relay keys revoke [--agency ID] --device ID

rotate puts a new master key on the first line of its file and closes every agency's data key with it. Older keys stay below,
because older backups need them; delete those lines when those backups are gone. Works while the relay serves.
revoke ends a desk at once; the desk erases what it has as soon as it hears of it.`,
  options: { agency: { type: 'string' }, device: { type: 'string' } },
  async run(call) {
    const [action] = call.words;
    if (action === 'rotate') return rotate(call);
    if (action === 'devices') return devices(call);
    if (action === 'revoke') return revoke(call);
    throw new UsageError('Say what to do: keys rotate, keys devices or keys revoke.');
  },
};

function rotate(call: Call): Promise<number> {
  return withStore(call.settings, async (store) => {
    const { keyId, rewrapped } = await rotateMasterKey(store, call.settings.masterKeyFile);
    call.tell(
      { keyId, rewrapped },
      `The master key is ${keyId} now; data keys closed with it: ${rewrapped}. Copy ${call.settings.masterKeyFile} to where you keep it.`,
    );
    return 0;
  });
}

function devices(call: Call): Promise<number> {
  return withStore(call.settings, async (store) => {
    const agency = await chooseAgency(store, call.option('agency'));
    for (const { id, name, person, createdAt, revokedAt } of await store.forAgency(agency.id).read(listDevices)) {
      call.tell(
        { deviceId: id, name, person, createdAt, revokedAt },
        `${id}  ${name}  ${person.name} (${person.role}, ${person.id})${revokedAt === null ? '' : '  revoked'}`,
      );
    }
    return 0;
  });
}

function revoke(call: Call): Promise<number> {
  const deviceId = need(call, 'device');
  return withStore(call.settings, async (store) => {
    const agency = await chooseAgency(store, call.option('agency'));
    const revoked = await revokeDevice(store, agency.id, deviceId, 'operator', Date.now());
    await copyForgotten(store, forgottenPathOf(databaseOf(call.settings)), Date.now());
    if (!revoked)
      throw new Refused(
        `${agency.name} has no such device, or it was revoked before. "transom-relay keys devices" lists them.`,
      );
    call.tell({ deviceId, revoked }, `Revoked ${deviceId}.`);
    return 0;
  });
}
