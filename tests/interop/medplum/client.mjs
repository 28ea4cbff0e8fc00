// A hospital's program on Medplum's client. Reads {base, client_id, key, bundle, patient, photograph, consent} from
// stdin, goes through the door as a partner would, and writes what it was answered, by step, as JSON.
import { randomUUID, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MedplumClient } from '@medplum/core';

const { base, client_id, key, bundle, patient, photograph, consent } = JSON.parse(readFileSync(0, 'utf8'));
const tokenUrl = `${base}/oauth/token`;

function assertion() {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'ES384', typ: 'JWT', kid: key.kid };
  const claims = { iss: client_id, sub: client_id, aud: tokenUrl, exp: now + 240, jti: randomUUID() };
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signer = { key: createPrivateKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  return `${text}.${sign('sha384', Buffer.from(text), signer).toString('base64url')}`;
}

const client = new MedplumClient({ baseUrl: `${base}/`, fhirUrlPath: 'fhir/', tokenUrl, fetch, cacheTime: 0 });
const said = {};
await client.startJwtAssertionLogin(assertion());
said.statement = await client.get(client.fhirUrl('metadata'));
said.search = await client.search('Task', 'owner=Organization/me&status=requested&_include=Task:focus');
const task = said.search.entry[0].resource;
said.request = await client.readReference(task.focus);
said.person = await client.readReference(task.for);
said.results = await client.search('Observation', '_count=5');
const seen = { headers: { 'If-Match': `W/"${task.meta.versionId}"` } };
said.received = await client.updateResource({ ...task, status: 'received' }, seen);
said.stale = await client.updateResource({ ...task, status: 'accepted' }, seen).catch((error) => error.outcome);
const version = { headers: { 'If-Match': `W/"${said.received.meta.versionId}"` } };
const change = [
  { op: 'test', path: '/status', value: 'received' },
  { op: 'replace', path: '/status', value: 'accepted' },
  { op: 'add', path: '/note', value: [{ text: 'Second floor' }] },
];
said.patched = await client.patchResource('Task', task.id, change, version);
said.refused = await client
  .patchResource('Task', task.id, change, { headers: { 'If-Match': `W/"${said.patched.meta.versionId}"` } })
  .catch((error) => error.outcome);
said.history = await client.readHistory('Task', task.id);
said.before = await client.readVersion('Task', task.id, task.meta.versionId);
said.registered = await client.createResource(patient);
said.transaction = await client.executeBatch(bundle);
said.again = await client.executeBatch(bundle);
const order = said.transaction.entry.map((entry) => entry.response.location).find((one) => one.startsWith('Service'));
said.order = await client.readReference({ reference: order });
said.binary = await client.createBinary({ data: Buffer.from(photograph, 'base64'), contentType: 'image/jpeg' });
const whose = { reference: `Patient/${said.registered.id}` };
const retina = { coding: [{ system: 'http://snomed.info/sct', code: '5597008' }] };
const described = { resourceType: 'Media', status: 'completed', subject: whose, bodySite: retina, extension: consent };
const content = { contentType: 'image/jpeg', url: `Binary/${said.binary.id}` };
said.media = await client.createResource({ ...described, content });
const ordered = bundle.entry.map((entry) => entry.resource).find((one) => one.resourceType === 'ServiceRequest');
const alone = { ...ordered, subject: whose, identifier: [{ value: 'ALONE-1' }] };
alone.supportingInfo = [{ reference: `Media/${said.media.id}` }];
said.alone = await client.createResource(alone);
said.once = await client.createResourceIfNoneExist(alone, 'identifier=ALONE-1');
said.seen = await client.readResource('Media', said.media.id);
said.missing = await client.readResource('Task', '999999999').catch((error) => error.outcome);
process.stdout.write(JSON.stringify(said));
