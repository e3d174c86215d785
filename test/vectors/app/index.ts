import { appendFileSync, readFileSync } from 'node:fs';
import { registerFunctions } from '../../../functions/register.ts';
import { openApp } from '../../../shared/heddle/composition/open-app.ts';
import { loadConfig } from '../../../shared/heddle/config/config.ts';
import { readMode } from '../../../shared/heddle/config/mode.ts';
import { RetryableError } from '../../../shared/heddle/errors/errors.ts';
import { plain } from '../../fixtures/plain-parts.ts';

/** The product alone, with certificates from a file in place of the network. */

const certificates = JSON.parse(readFileSync(process.env.VECTOR_CERTIFICATES ?? '', 'utf8'));

async function fetchText(url: string): Promise<string> {
  appendFileSync(process.env.VECTOR_FETCHES ?? '', `${url}\n`);
  if (url.includes('Action=ConfirmSubscription')) return '';
  const certificate = certificates[url];
  if (typeof certificate === 'string') return certificate;
  throw new RetryableError('fetch_failed', 'there is no such certificate');
}

const config = loadConfig(process.env);
registerFunctions(() => openApp(config, { ...plain, fetchText }), readMode(process.env));
