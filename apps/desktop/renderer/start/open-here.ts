/**
 * Opens a link that the core has allowed in a new tab, which learns nothing about this window. In the browser host only the page can do
 * that; clicking a link also handles `mailto:` and `tel:`, for which a new window would stay empty.
 */
export function openHere(page: Document, url: string): void {
  const link = page.createElement('a');
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  link.click();
}
