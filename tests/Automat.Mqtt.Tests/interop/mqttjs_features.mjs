// Uses what MQTT offers beyond the first steps, with MQTT.js. Prints one line per step; the test reads them.
// Arguments: port, protocol version (4 or 5). Identity m1, password "secret".
import mqtt from 'mqtt';

const [port, version] = process.argv.slice(2).map(Number);
const five = version === 5;
const say = (...words) => console.log(words.join(' '));

async function connect(clientId, options = {}) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: version,
    clientId,
    username: 'm1',
    password: 'secret',
    reconnectPeriod: 50,
    connectTimeout: 20_000,
    ...options,
  });
  const messages = [];
  const readers = [];
  client.on('message', (topic, payload, packet) => {
    const message = { topic, text: payload.toString(), packet };
    const reader = readers.shift();
    if (reader) reader(message);
    else messages.push(message);
  });
  client.next = () => (messages.length > 0
    ? Promise.resolve(messages.shift())
    : new Promise((resolve) => readers.push(resolve)));
  return client;
}

const aliases = five
  ? { autoAssignTopicAlias: true, properties: { topicAliasMaximum: 5, receiveMaximum: 3, maximumPacketSize: 2000 } }
  : {};
const one = await connect('one', aliases);
const two = await connect('two', aliases);

await one.subscribeAsync('all/once', { qos: 2, properties: five ? { subscriptionIdentifier: 33 } : undefined });
for (let i = 0; i < 10; i++) await two.publishAsync('all/once', String(i), { qos: 2 });
const once = [];
for (let i = 0; i < 10; i++) once.push(await one.next());
say('once', ...once.map((m) => `${m.topic.at(-1)}${m.text}${m.packet.qos}`));
if (five) say('identifier', once[0].packet.properties.subscriptionIdentifier);

await two.subscribeAsync('all/short', { qos: 1 });
for (let i = 0; i < 3; i++) await one.publishAsync('all/short', String(i), { qos: 1 });
const short = [];
for (let i = 0; i < 3; i++) short.push(await two.next());
say('short', ...short.map((m) => `${m.topic}${m.text}`), five && short[1].packet.properties.topicAlias);

await one.subscribeAsync('$share/g/all/jobs', { qos: 1 });
await two.subscribeAsync('$share/g/all/jobs', { qos: 1 });
for (let i = 0; i < 10; i++) await one.publishAsync('all/jobs', String(i), { qos: 1 });
const jobs = [];
for (let i = 0; i < 5; i++) jobs.push((await one.next()).text, (await two.next()).text);
say('shared', ...jobs.sort());

if (five) {
  await two.publishAsync('all/kept', 'rich', {
    qos: 1,
    retain: true,
    properties: {
      messageExpiryInterval: 100, contentType: 'text/plain', responseTopic: 'all/answer',
      correlationData: Buffer.from('c'), userProperties: { k: ['1', '2'] }, payloadFormatIndicator: true,
    },
  });
  await one.subscribeAsync('all/kept', { qos: 1, rap: true });
  const { packet } = await one.next();
  const p = packet.properties;
  say('rich', packet.retain, p.contentType, p.responseTopic, p.correlationData, p.userProperties.k,
    p.messageExpiryInterval > 0 && p.messageExpiryInterval <= 100, p.payloadFormatIndicator);
}
await two.endAsync();

// Loses the network and comes back by itself, with its session.
const away = await connect('away', {
  clean: false,
  properties: five ? { sessionExpiryInterval: 600 } : undefined,
});
await away.subscribeAsync('to/m1/#', { qos: 2 });
away.stream.destroy();
say('vanished');
const back = [];
for (let i = 0; i < 3; i++) back.push((await away.next()).text);
say('back', ...back);
await away.endAsync();
await one.endAsync();
process.exit(0);
