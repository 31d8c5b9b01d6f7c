// One call of the age-encryption package: a JSON object on stdin, a JSON object on stdout, bytes as base64.
import { readFileSync } from "node:fs";
import * as age from "age-encryption";

const calls = {
  async identity({ hybrid }) {
    const identity = hybrid ? await age.generateHybridIdentity() : await age.generateX25519Identity();
    return { identity, recipient: await age.identityToRecipient(identity) };
  },
  async recipient({ identity }) {
    return { recipient: await age.identityToRecipient(identity) };
  },
  async encrypt({ data, recipients = [], passphrase, workFactor }) {
    const encrypter = new age.Encrypter();
    for (const recipient of recipients) encrypter.addRecipient(recipient);
    if (passphrase) encrypter.setPassphrase(passphrase);
    if (workFactor) encrypter.setScryptWorkFactor(workFactor);
    return { data: base64(await encrypter.encrypt(bytes(data))) };
  },
  async decrypt({ data, identities = [], passphrase }) {
    const decrypter = new age.Decrypter();
    for (const identity of identities) decrypter.addIdentity(identity);
    if (passphrase) decrypter.addPassphrase(passphrase);
    return { data: base64(await decrypter.decrypt(bytes(data))) };
  },
};

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const base64 = (array) => Buffer.from(array).toString("base64");

const { call, ...given } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(await calls[call](given)));
