/**
 * Opens a link that the core has allowed in a tab of its own, which learns nothing of this window. In the browser host only the page can do
 * that; a pressed link also serves `mailto:` and `tel:`, for which a new window would stay empty.
 */
export function openHere(page: Document, url: string): void {
  const link = page.createElement('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  link.click();
}
