import { join } from 'node:path';
import { drawnParts, openPage } from '../helpers/browser';
import { iecore } from '../helpers/cli';
import { packageRoot, temporaryFolders } from '../helpers/folders';

const newFolder = temporaryFolders();
const model = join(packageRoot, 'models/efficientnet-lite0.xml');

test('the page of a sweep shows its plots, its table and its recommendation', async () => {
  const page = join(newFolder(), 'page.html');
  const { status, stdout } = iecore([
    ...['benchmark', '-m', model, '-d', 'CPU,MULTI:CPU', '--sweep', 'nireq=1,2', 'batch=1'],
    ...['-niter', '2', '-pc', '--report', page],
  ]);
  expect(status).toBe(0);
  const recommendation = stdout.trimEnd().split('\n').at(-1)!;
  await openPage(page, 1200, async (opened) => {
    expect(await opened.title()).toBe('Speed of efficientnet-lite0.xml');
    for (const [i, title] of ['Throughput against latency', 'Time of the slowest layers'].entries())
      expect(await opened.locator('canvas').nth(i).getAttribute('aria-label')).toContain(title);
    const parts = await drawnParts(opened);
    expect(parts).toHaveLength(2);
    for (const part of parts) expect(part).toBeGreaterThan(0.01);
    const cells = opened.locator('tbody tr td:first-child, tbody tr th:first-child');
    expect(await cells.allTextContents()).toEqual(
      ['CPU', 'MULTI:CPU'].flatMap((device) =>
        [1, 2].map((nireq) => `${device} nireq=${nireq} batch=1`),
      ),
    );
    expect(await opened.locator('body').innerText()).toContain(recommendation);
  });
});
