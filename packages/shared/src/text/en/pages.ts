/** Pages that somebody opens in a browser, without a desk. `on` is a day, as 2026-11-30. */
export const pages = {
  /** How far a request to erase is: whoever asked Meta for it gets the address of this page. */
  erasing: {
    title: 'Erasing your data',
    arrived: ({ on }: { on: string }) => `Your request arrived on ${on}.`,
    underWay: 'It is being carried out.',
    nothing: ({ on }: { on: string }) =>
      `Nothing was found under the id that Meta gave us (${on}). If you wrote to a business that uses this service, ask that business to erase what you wrote.`,
    done: ({ on }: { on: string }) => `Everything was erased on ${on}.`,
  },
} as const;
