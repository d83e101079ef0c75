// zvec by its npm package. KIND is hnsw, hnsw-int8 or hnsw-rabitq (the latter two with exact refine); the setting is ef=NUMBER.
// Run as `node zvec_peer.mjs MODULES KIND BASE QUERIES ip|cosine|l2 K CACHE`; MODULES: the folder of node_modules.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

const [modules, kind, basePath, queriesPath, metric, kText, cache] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), 'package.json'));
const zvec = require('@zvec/zvec');
const k = Number(kText);
const field = 'v';

// As the other graphs that are compared.
const neighbours = 16, constructionEffort = 200;

// Searched before the clock starts, for caches that another process filled while this one waited.
const warmQueries = 50;

// What one insert call takes at most.
const insertRows = 1000;

function readVectors(file) {
  const bytes = fs.readFileSync(file);
  const dimension = bytes.readInt32LE(0);
  const stride = 4 * (dimension + 1);
  return Array.from({ length: bytes.length / stride }, (_, i) => {
    const vector = new Float32Array(bytes.buffer.slice(bytes.byteOffset + i * stride + 4, bytes.byteOffset + (i + 1) * stride));
    if (metric === 'cosine') {
      const norm = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
      if (norm > 0) for (let d = 0; d < dimension; d++) vector[d] /= norm;
    }
    return vector;
  });
}

function cpuSeconds() {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
}

function indexParameters() {
  const metricType = metric === 'l2' ? zvec.ZVecMetricType.L2 : zvec.ZVecMetricType.IP;
  const graph = { metricType, m: neighbours, efConstruction: constructionEffort };
  switch (kind) {
    case 'hnsw': return { indexType: zvec.ZVecIndexType.HNSW, ...graph };
    case 'hnsw-int8': return { indexType: zvec.ZVecIndexType.HNSW, ...graph, quantizeType: zvec.ZVecQuantizeType.INT8 };
    case 'hnsw-rabitq': return { indexType: zvec.ZVecIndexType.HNSW_RABITQ, ...graph };
    default: throw new Error(`no such kind: ${kind}`);
  }
}

function build(folder, base) {
  const schema = new zvec.ZVecCollectionSchema({
    name: 'base',
    vectors: { name: field, dataType: zvec.ZVecDataType.VECTOR_FP32, dimension: base[0].length, indexParams: indexParameters() },
  });
  fs.rmSync(folder, { recursive: true, force: true });
  const collection = zvec.ZVecCreateAndOpen(folder, schema);
  for (let i = 0; i < base.length; i += insertRows) {
    const statuses = collection.insertSync(base.slice(i, i + insertRows).map((vector, j) => ({ id: String(i + j), vectors: { [field]: vector } })));
    const failed = [statuses].flat().find(status => !status.ok);
    if (failed) throw new Error(`insert: ${failed.message}`);
  }
  collection.optimizeSync({ concurrency: 1 });
  return collection;
}

function folderBytes(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

function open() {
  const builtFile = cache ? `${cache}.built` : null;
  if (builtFile && fs.existsSync(builtFile)) {
    const [seconds, bytes] = fs.readFileSync(builtFile, 'utf8').trim().split(' ').map(Number);
    return { collection: zvec.ZVecOpen(`${cache}.zvec`), seconds, bytes };
  }
  const folder = cache ? `${cache}.zvec` : path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'zvec-peer-')), 'base');
  if (!cache) process.on('exit', () => fs.rmSync(path.dirname(folder), { recursive: true, force: true }));
  const base = readVectors(basePath);
  const begin = cpuSeconds();
  const collection = build(folder, base);
  const seconds = cpuSeconds() - begin;
  const bytes = Math.max(0, folderBytes(folder) - 4 * base.length * base[0].length);
  if (builtFile) fs.writeFileSync(builtFile, `${seconds} ${bytes}\n`);
  return { collection, seconds, bytes };
}

zvec.ZVecInitialize({ logType: zvec.ZVecLogType.CONSOLE, logLevel: zvec.ZVecLogLevel.ERROR, queryThreads: 1, optimizeThreads: 1 });
const { collection, seconds, bytes } = open();
const queries = readVectors(queriesPath);
const { version } = JSON.parse(fs.readFileSync(path.join(modules, '@zvec/zvec/package.json'), 'utf8'));
process.stdout.write(`ready ${seconds} ${bytes} zvec ${version}\n`);

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [, countText, setting] = line.split(' ');
  const count = Number(countText), ef = Number(setting.split('=')[1]);
  const rabitq = kind === 'hnsw-rabitq';
  const params = { indexType: rabitq ? zvec.ZVecIndexType.HNSW_RABITQ : zvec.ZVecIndexType.HNSW, ef, ...(kind === 'hnsw' ? {} : { isUsingRefiner: true }) };
  const ask = vector => collection.querySync({ fieldName: field, vector, topk: k, outputFields: [], params });
  for (let i = 0; i < Math.min(warmQueries, count, queries.length); i++) ask(queries[i]);

  const times = new Float64Array(count), found = new Array(Math.min(count, queries.length));
  const cpu = cpuSeconds(), begin = performance.now();
  let last = begin;
  for (let i = 0; i < count; i++) {
    found[i % queries.length] = ask(queries[i % queries.length]);
    const now = performance.now();
    times[i] = 1000 * (now - last);
    last = now;
  }
  const cpuEnd = cpuSeconds();
  const rows = found.flatMap(hits => Array.from({ length: k }, (_, j) => (j < hits.length ? hits[j].id : -1)));
  process.stdout.write(`times ${(last - begin) / 1000} ${cpuEnd - cpu} ${Array.from(times, time => time.toFixed(2)).join(' ')}\nrows ${rows.join(' ')}\n`);
}
collection.closeSync?.();
