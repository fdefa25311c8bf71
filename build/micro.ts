import Database from 'better-sqlite3';
const db = new Database(':memory:');
for (const n of [1, 5, 10, 20, 36]) {
  const cols = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? `'abcdefghijklmnop${i}'` : i % 3 === 1 ? `${1790000000000 + i}` : 'null') + ` as column_${i}`).join(', ');
  for (const mode of ['object', 'raw', 'json']) {
    const st = mode === 'json' ? db.prepare(`select json_array(${cols.replace(/ as column_\d+/g, '')})`).pluck() : mode === 'raw' ? db.prepare(`select ${cols}`).raw() : db.prepare(`select ${cols}`);
    for (let i = 0; i < 2000; i++) st.get();
    const t = performance.now(); for (let i = 0; i < 20000; i++) { const r = st.get(); if (mode === 'json') JSON.parse(r as string); } console.log(n, mode, ((performance.now() - t) / 20).toFixed(2), 'us');
  }
}
const p = db.prepare('select :a'); const q = db.prepare('select ?'); const p10 = db.prepare('select :a,:b,:c,:d,:e,:f,:g,:h,:i,:j').raw(); const q10 = db.prepare('select ?,?,?,?,?,?,?,?,?,?').raw();
const o = {a:1,b:2,c:'x',d:'y',e:5,f:6,g:7,h:'z',i:9,j:10};
for (const [name, f] of [['named1', () => p.get({ a: 1 })], ['pos1', () => q.get(1)], ['named10', () => p10.get(o)], ['pos10', () => q10.get(1,2,'x','y',5,6,7,'z',9,10)]] as const) { for (let i=0;i<2000;i++) f(); const t = performance.now(); for (let i = 0; i < 20000; i++) f(); console.log(name, ((performance.now() - t) / 20).toFixed(2), 'us'); }
