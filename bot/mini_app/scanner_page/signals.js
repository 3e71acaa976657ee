// What is heard and felt: yes, no and look are told apart with the phone at one's side.

const TONES = { // [hertz, from s, for s]
  yes: [[660, 0, 0.09], [990, 0.1, 0.16]],
  look: [[520, 0, 0.14], [520, 0.22, 0.14]],
  no: [[180, 0, 0.22], [140, 0.26, 0.34]],
};
const FELT = { yes: "success", look: "warning", no: "error" };

export class Signals {
  #audio = null;
  loud = true;

  /** To be called from a tap: browsers play nothing before one. */
  ready() {
    this.#audio ??= new AudioContext();
    if (this.#audio.state === "suspended") this.#audio.resume();
  }

  give(kind) {
    window.Telegram.WebApp.HapticFeedback?.notificationOccurred(FELT[kind]);
    if (!this.loud || this.#audio?.state !== "running") return;
    for (const [hertz, from, length] of TONES[kind]) this.#tone(kind, hertz, this.#audio.currentTime + from, length);
  }

  #tone(kind, hertz, from, length) {
    const tone = new OscillatorNode(this.#audio, { frequency: hertz, type: kind === "no" ? "square" : "sine" });
    const volume = new GainNode(this.#audio, { gain: 0 });
    volume.gain.setTargetAtTime(0.4, from, 0.01);
    volume.gain.setTargetAtTime(0, from + length, 0.02);
    tone.connect(volume).connect(this.#audio.destination);
    tone.start(from);
    tone.stop(from + length + 0.15);
  }
}
