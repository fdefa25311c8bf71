import { text } from '../text/spoken.ts';
import css from './pairing-screen.module.css';

/** Until the keychain answers, it is not known whether a code is needed; pairing again would register this computer twice. */
export function KeychainScreen() {
  return (
    <main className={css.screen}>
      <section className={css.card} aria-labelledby="keychain-title" data-testid="keychain-waiting">
        <p className={css.product}>{text.product}</p>
        <h1 id="keychain-title" className={css.title}>
          {text.pairing.keychainTitle}
        </h1>
        <p className={css.lead}>{text.pairing.keychainLead}</p>
      </section>
    </main>
  );
}
