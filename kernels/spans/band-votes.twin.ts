import { type BandVotesShape, firstVotedToken } from "./band-votes.ts";

/** CPU twin of band-votes.wgsl with the launcher's arguments. */
export function bandVotesTwin(band: Float32Array, votes: Float32Array, s: BandVotesShape): void {
  for (let token = firstVotedToken(s); token < s.firstToken + s.tokens; token++) {
    for (let a = 0; a < s.kvHeads; a++) {
      const at = a * s.ringCapacity + (token % s.ringCapacity);
      let sum = token >= s.firstToken ? 0 : votes[at]!;
      for (let row = 0; row < s.tokens; row++) {
        const lag = s.firstToken + row - token;
        if (lag >= 0 && lag < s.voteWidth) {
          sum += band[(row * s.bandWidth + lag) * s.kvHeads + a]!;
        }
      }
      votes[at] = sum;
    }
  }
}
