import { readdirSync, readFileSync } from 'node:fs';
import { startStack } from './stack/stack.ts';
import { startRemote } from './bench/process-calls.ts';
import { relayTarget } from './bench/suites/relay-target.ts';
import { start } from './stack/process.ts';
import { relayScript } from './stack/operator.ts';
import Database from 'better-sqlite3';
import { join } from 'node:path';
const stack = await startStack();
await stack.stopRelay('stop');
const prof = '/tmp/prof'; 
const relay = await start<{url:string}>({ name:'relay', script: relayScript, args:['serve','--json'], env: stack.env, nodeArgs: process.argv[2]==='prof' ? ['--cpu-prof',`--cpu-prof-dir=${prof}`] : [] });
const generator = startRemote(new URL('./bench/load/generator.ts', import.meta.url));
const t = relayTarget(stack);
await generator.call('aim','relay',Number(new URL(relay.ready.url).port), t, 200, 32);
const db = () => new Database(join(stack.dir,'data/transom.db'),{readonly:true});
const count = (s:string)=>{const d=db(); try{return d.prepare(s).pluck().get() as number}finally{d.close()}};
const drained = async()=>{ if (process.env.NONORM) return 0; const t0=performance.now(); while(count("select count(*) from deliveries where state='pending'")>0) await new Promise(r=>setTimeout(r,20)); return performance.now()-t0};
await generator.call('prepare','relay',30000); await generator.call('closedLoop','relay',0.5); await drained();
import {spawn} from 'node:child_process';
const tr = process.argv[2]==='strace' ? spawn('strace',['-f','-c','-e','trace=fdatasync,fsync,pwrite64,pread64,writev,write','-p',String(relay.pid)],{stdio:['ignore',2,2]}) : null; if (tr) await new Promise(r=>setTimeout(r,500));
for (let i=0;i<3;i++){ await generator.call('prepare','relay',30000); const r:any=await generator.call('closedLoop','relay',1); const d=await drained(); console.log('ack/s',Math.round(r.answered/r.seconds),'inbox/s',Math.round(r.answered/(r.seconds+d/1000)), 'drain ms', Math.round(d)); }
tr?.kill('SIGINT'); await new Promise(r=>setTimeout(r,500)); await relay.stop(); console.log(relay.log()); (await import('node:fs')).cpSync(join(stack.dir,'data'), '/tmp/reldata', {recursive:true}); await generator.stop(); await stack.close();
if (process.argv[2]==='prof'){ const f=readdirSync(prof).at(-1)!; const p=JSON.parse(readFileSync(join(prof,f),'utf8')); const self=new Map<string,number>(); const dt=p.timeDeltas; const byId=new Map<number, any>(p.nodes.map((n:any)=>[n.id,n])); let total=0; p.samples.forEach((id:number,i:number)=>{const n=byId.get(id); const k=`${n.callFrame.functionName||'(anon)'} ${n.callFrame.url.replace(/.*\/(node_modules|work\/main)\//,'')}:${n.callFrame.lineNumber}`; self.set(k,(self.get(k)??0)+dt[i]); total+=dt[i];}); [...self].sort((a,b)=>b[1]-a[1]).slice(0,45).forEach(([k,v])=>console.log((v/1000).toFixed(0).padStart(7),'ms',(100*v/total).toFixed(1).padStart(5),k)); }
