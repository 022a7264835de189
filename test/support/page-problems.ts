import type { BrowserContext, Page } from 'playwright-core';

/** What a page must not do: everything it complains about is kept here, with where it came from. */
export class PageProblems {
  readonly all: string[] = [];

  /** Watches every page of a context, from its first script on for those opened later. */
  async watch(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
        console.error(`securitypolicyviolation: ${violatedDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`);
      });
    });
    for (const page of context.pages()) this.#watchPage(page);
    context.on('page', (page) => this.#watchPage(page));
  }

  #watchPage(page: Page): void {
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      this.all.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.all.push(`page error: ${error.stack ?? error.message}`));
    page.on('requestfailed', (request) => {
      this.all.push(`request failed: ${request.url()} ${request.failure()?.errorText}`);
    });
    page.on('crash', () => this.all.push('the page crashed'));
  }
}
