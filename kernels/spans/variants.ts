// Every span kernel of one element type, for warm-up and the compile test.
import type { Variant } from "../backend.ts";
import type { KvDtype } from "../shared/kv-pool.ts";
import { bandKernel } from "./band.ts";
import { bandKeepKernel, bandRowsKernel } from "./band-rows.ts";
import { bandVotesKernel } from "./band-votes.ts";
import { copySpanPagesKernels } from "./copy-span-pages.ts";
import { keyMatchKernels } from "./key-match.ts";
import { ownMassKernel } from "./own-mass.ts";
import { packExtentKernels } from "./pack-extent.ts";
import { scatterPagesKernels } from "./scatter-pages.ts";
import { sealVectorsKernels } from "./seal-vectors.ts";
import { spanScoreKernels } from "./span-score.ts";
import { spanSelectKernel } from "./span-select.ts";
import {
  voteFinishKernel,
  voteHeadsKernel,
  voteSpansKernel,
  voteStatsKernel,
} from "./span-vote.ts";

export function spanVariants(kvDtype: KvDtype): Variant[] {
  return [
    bandKernel,
    bandVotesKernel,
    bandRowsKernel,
    bandKeepKernel,
    ownMassKernel,
    sealVectorsKernels[kvDtype],
    copySpanPagesKernels[kvDtype],
    packExtentKernels[kvDtype],
    scatterPagesKernels[kvDtype],
    spanScoreKernels[kvDtype],
    keyMatchKernels[kvDtype],
    voteStatsKernel,
    voteHeadsKernel,
    voteSpansKernel,
    voteFinishKernel,
    spanSelectKernel,
  ].map((kernel) => ({ kernel }));
}
