export * from './account.ts';
export * from './agency.ts';
export { type AsItIs, asItIs } from './as-it-is.ts';
export * from './conversation.ts';
export * from './lower.ts';
export * from './message.ts';
export { hasUnknownWord } from './open-words.ts';
