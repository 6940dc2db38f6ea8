/** Where the answer says how long the token lives, and in what. */
import type { Place } from '../../declaration/declaration.ts';
import { describePlace } from '../../declaration/place.ts';
import type { AnswerMember } from '../found.ts';
import { lifetimeOf } from '../names.ts';
import type { LifetimeUnit } from './answers.ts';
import type { Drafting, Section } from './drafting.ts';

/** A member, and what its name says. */
interface Said {
  readonly member: AnswerMember;
  readonly says: NonNullable<ReturnType<typeof lifetimeOf>>;
}

/** The lifetime; undefined if no member is one, or its unit is not known. */
export function lifetimeIn(
  drafting: Drafting,
  members: readonly AnswerMember[],
): Section | undefined {
  const best = surest(members);
  if (!best) return undefined;
  const { member, says } = best;
  const at = member.place;
  const { lifetime: unit } = drafting.answers;
  if (unit !== undefined) return unit === 'none' ? undefined : countedIn(unit, at);
  if (says.unit !== undefined && rank(best) < 2) return countedIn(says.unit, at);
  if (isMoment(member)) return countedIn('iso', at);
  const sample = member.sample === undefined ? {} : { sample: String(member.sample) };
  drafting.questions.push({ about: 'lifetime', place: at, ...sample });
  const prose = member.description === undefined ? '' : `; it says: ${member.description}`;
  const place = describePlace(at);
  drafting.doubt(
    '/answer',
    `${place} looks like a lifetime, and its unit is not known: add "lifetime"${prose}`,
  );
  return undefined;
}

/** What needs no question comes first. */
function surest(members: readonly AnswerMember[]): Said | undefined {
  const found = members.flatMap((member): readonly Said[] => {
    const says = lifetimeOf(member.name);
    return says && member.type !== 'boolean' ? [{ member, says }] : [];
  });
  return found.sort((a, b) => rank(a) - rank(b))[0];
}

/** Lower is surer. */
function rank({ member, says }: Said): number {
  const isNumber = member.type === 'number' || /^\d+$/.test(String(member.sample ?? ''));
  if (says.kind === 'duration') return isNumber ? 0 : 1;
  return isMoment(member) ? 2 : 3;
}

/** Whether a member is a moment in ISO 8601. */
function isMoment({ format, sample }: AnswerMember): boolean {
  if (format === 'date-time') return true;
  return typeof sample === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(sample);
}

/** The words of a lifetime at a place. */
function countedIn(unit: Exclude<LifetimeUnit, 'none'>, at: Place): Section {
  if (unit === 'iso') return { until: { at, as: 'iso' } };
  if (unit === 'epoch-s' || unit === 'epoch-ms') {
    return { until: { at, as: 'epoch', unit: unit.slice('epoch-'.length) } };
  }
  return unit === 's' ? { at } : { at, unit };
}
