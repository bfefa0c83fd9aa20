// Chains of kinship facts: terms with their generations, sentences that state "A is B's R", and the
// draw of a chain. Used by multi-needle reasoning and by the Ancestral Trace Challenge.
import type { Language } from "./types.ts";

export interface KinshipTerm {
  readonly name: string;
  readonly generations: 1 | 2;
}

const one = (name: string): KinshipTerm => ({ name, generations: 1 });
const two = (name: string): KinshipTerm => ({ name, generations: 2 });

/** In upstream's order: the compat profile draws by index. */
export const KINSHIP_TERMS: Readonly<Record<Language, readonly KinshipTerm[]>> = {
  en: [
    ...["father", "mother", "dad", "mom"].map(one),
    ...["grandfather", "grandmother", "maternal grandmother", "maternal grandfather"].map(two),
    ...["paternal grandfather", "paternal grandmother"].map(two),
  ],
  zh: [
    ...["父亲", "母亲", "爸爸", "妈妈"].map(one),
    ...["爷爷", "奶奶", "姥姥", "姥爷", "外公", "外婆"].map(two),
  ],
};

type FactTemplate = (senior: string, junior: string, relation: string) => string;

/** As many as upstream has (the draws depend on it), in the project's own words. */
export const FACT_TEMPLATES: Readonly<Record<Language, readonly FactTemplate[]>> = {
  en: [
    (senior, junior, relation) => `${senior} was introduced to us as ${junior}'s ${relation}.`,
    (senior, junior, relation) => `The person whom ${junior} calls ${relation} is ${senior}.`,
    (senior, junior, relation) =>
      `${senior}, who is ${junior}'s ${relation}, taught ${junior} to read.`,
    (senior, junior, relation) =>
      `As ${junior} likes to tell, ${senior} is ${junior}'s ${relation} and a fine cook.`,
    (senior, junior, relation) =>
      `In the village ${senior} is known as ${junior}'s ${relation} and as a good neighbour.`,
    (senior, junior, relation) =>
      `In every letter ${junior} thanks ${senior}, the ${relation} of ${junior}.`,
    (senior, junior, relation) =>
      `${junior}'s ${relation} goes by the name of ${senior}; the two often travel together.`,
  ],
  zh: [
    (senior, junior, relation) => `${junior}称${senior}为${relation}。`,
    (senior, junior, relation) => `${junior}家里的${relation}名叫${senior}。`,
    (senior, junior, relation) => `${senior}身为${junior}的${relation}，常常给${junior}讲故事。`,
    (senior, junior, relation) => `邻居们都知道，${senior}就是${junior}的${relation}。`,
    (senior, junior, relation) => `${junior}每次写信，都要感谢自己的${relation}${senior}。`,
    (senior, junior, relation) => `说起${junior}的${relation}，人们想到的便是${senior}。`,
  ],
};

export interface KinshipFact {
  readonly senior: string;
  readonly junior: string;
  readonly term: KinshipTerm;
  readonly text: string;
}

interface Choices {
  choice<T>(items: readonly T[]): T;
}

export function kinshipFact(
  language: Language,
  senior: string,
  junior: string,
  template: FactTemplate,
  term: KinshipTerm,
): KinshipFact {
  return { senior, junior, term, text: template(senior, junior, term.name) };
}

/** A fact for each adjacent pair, the senior first; per pair the template is drawn, then the term. */
export function kinshipChain(
  names: readonly string[],
  language: Language,
  random: Choices,
): KinshipFact[] {
  const facts: KinshipFact[] = [];
  for (let i = 0; i + 1 < names.length; i++) {
    const template = random.choice(FACT_TEMPLATES[language]);
    const term = random.choice(KINSHIP_TERMS[language]);
    facts.push(kinshipFact(language, names[i]!, names[i + 1]!, template, term));
  }
  return facts;
}

export function generationsOf(facts: readonly KinshipFact[]): number {
  return facts.reduce((sum, fact) => sum + fact.term.generations, 0);
}
