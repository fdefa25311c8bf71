import { memorySecrets, testCore } from './plain-core.ts';

/** A desk in a process of its own, to be killed. Its keychain is a stand-in that knows the token of the last run. */
const [dataDir = '', relayUrl = ''] = process.argv.slice(2);
const secrets = memorySecrets();
await secrets.set('device-token-device-1', 'token-1');
const { core, call } = await testCore(dataDir, secrets);
if (!(await call('session.get', {})).paired) await call('session.pair', { relayUrl, code: 'GOOD-CODE', name: 'x' });
process.on('message', async (order: { clientMessageId: string; conversationId: string; text: string }) => {
  const answer = await call('reply.send', order);
  process.send?.({ stored: answer.ok ? order.clientMessageId : null });
});
process.on('disconnect', () => void core.close());
process.send?.({ ready: true });
