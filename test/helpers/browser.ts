import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Opens a page in a browser, and fails on any error or warning in its console. */
export async function openPage<T>(
  file: string,
  width: number,
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const executablePath = places.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error('Expected Chromium. To install it: sudo apt-get install chromium');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    // The browser must not load the sanitizer that the tests run with.
    env: { ...process.env, LD_PRELOAD: '' },
  });
  try {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(request.url()));
    const address = pathToFileURL(file).href;
    // The pages of this package load no other files.
    page.on('request', (request) => {
      const url = request.url();
      if (url !== address && !url.startsWith('data:')) complaints.push(`asks for ${url}`);
    });
    await page.goto(address, { waitUntil: 'load' });
    const result = await look(page);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await browser.close();
  }
}

/** The share of painted pixels in each plot. */
export async function drawnParts(page: Page): Promise<number[]> {
  return page.evaluate(`[...document.querySelectorAll('canvas')].map((canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    let drawn = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn += 1;
    return drawn / (width * height);
  })`);
}
