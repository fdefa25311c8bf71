/** Pages that people open in a browser, without a desk. `on` is a day, such as 2026-11-30. */
export const pages = {
  /** The progress of an erasure request. A person who asked Meta for one gets the address of this page. */
  erasing: {
    title: 'Erasing your data',
    arrived: ({ on }: { on: string }) => `Your request arrived on ${on}.`,
    underWay: 'It is being carried out.',
    nothing: ({ on }: { on: string }) =>
      `Nothing was found under the ID that Meta gave us (${on}). If you wrote to a business that uses this service, ask that business to erase what you wrote.`,
    done: ({ on }: { on: string }) => `Everything was erased on ${on}.`,
  },
} as const;
