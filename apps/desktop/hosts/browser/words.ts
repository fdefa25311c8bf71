import { spokenIn, type Text } from '@transom/shared';

/** The words for the terminal, in the language that this process was started in. */
export const words = (): Text => spokenIn([new Intl.DateTimeFormat().resolvedOptions().locale]).text;
