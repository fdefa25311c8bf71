import { registerHooks } from 'node:module';

/**
 * Loaded before a program (`--import`), this turns it into the build of a later release by adding a little to its sources. Each edit must
 * find its place, so that a test cannot pass because nothing was changed.
 */
const edits: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'packages/shared/src/documents/message.ts': [
    ["  'unsupported',", "  'unsupported',\n  'drawing',"],
    [
      '  text: z.string().nullable(),',
      "  text: z.preprocess((text) => (typeof text === 'object' && text !== null ? text.plain : text), z.string().nullable()),",
    ],
  ],
  'packages/shared/src/documents/conversation.ts': [
    ["'answered', 'done'", "'answered', 'done', 'resting'"],
    [
      '  contact: contactSchema,',
      `  contact: z.preprocess(
        (contact) => typeof contact === 'string' ? { id: contact, name: contact, username: null, profileUrl: null } : contact,
        contactSchema,
      ),`,
    ],
  ],
  'apps/desktop/core/sync/apply-page.ts': [
    ['const appliers = {', 'const appliers = {\n  get chat() { return appliers.conversation; },'],
  ],
};

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const path = Object.keys(edits).find((each) => url.endsWith(each));
    if (path === undefined) return loaded;
    if (!(loaded.source instanceof Uint8Array)) throw new Error(`${path} came as no bytes`);
    let source = Buffer.from(loaded.source).toString();
    for (const [from, to] of edits[path] ?? []) {
      if (!source.includes(from)) throw new Error(`${path} does not say ${from}`);
      source = source.replace(from, to);
    }
    return { ...loaded, source };
  },
});
