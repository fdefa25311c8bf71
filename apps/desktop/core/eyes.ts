/** What each window shows to somebody sitting in front of it. Windows are identified by the number that the core gave them. */
export type WindowNumber = number;

export type Eyes = ReturnType<typeof createEyes>;

export function createEyes() {
  const shown = new Map<WindowNumber, string>();
  return {
    /** `isActive` false: the focus is elsewhere, or nobody has touched anything for a while. */
    rest(window: WindowNumber, conversationId: string | null, isActive: boolean): void {
      if (conversationId === null || !isActive) shown.delete(window);
      else shown.set(window, conversationId);
    },
    close: (window: WindowNumber) => void shown.delete(window),
    areOn: (conversationId: string): boolean => [...shown.values()].includes(conversationId),
  };
}
