import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { compilePattern } from './eventPattern.ts';

/** The examples of AWS's documentation of event patterns, each with an event that matches and one that does not. */
const EXAMPLES: readonly [name: string, pattern: JsonObject, matching: JsonObject, other: JsonObject][] = [
  [
    'a value of several',
    { detail: { state: ['terminated', 'stopped'] } },
    { detail: { state: 'stopped' } },
    { detail: { state: 'running' } },
  ],
  ['an array in the event', { resources: ['a', 'b'] }, { resources: ['x', 'b'] }, { resources: ['x'] }],
  ['null', { detail: { answer: [null] } }, { detail: { answer: null } }, { detail: { answer: 'null' } }],
  [
    'an absent value is not null',
    { detail: { answer: [null] } },
    { detail: { answer: null } },
    { detail: {} },
  ],
  ['an empty text', { version: [''] }, { version: '' }, { version: '0' }],
  ['a number', { detail: { count: [300] } }, { detail: { count: 3e2 } }, { detail: { count: '300' } }],
  ['true', { detail: { on: [true] } }, { detail: { on: true } }, { detail: { on: 'true' } }],
  [
    'prefix',
    { time: [{ prefix: '2017-10-02' }] },
    { time: '2017-10-02T18:43:48Z' },
    { time: '2017-10-03T18:43:48Z' },
  ],
  [
    'prefix, ignoring case',
    { service: [{ prefix: { 'equals-ignore-case': 'EventB' } }] },
    { service: 'EVENTBRIDGE' },
    { service: 'aws-eventb' },
  ],
  ['suffix', { file: [{ suffix: '.png' }] }, { file: 'a.png' }, { file: 'a.PNG' }],
  [
    'suffix, ignoring case',
    { file: [{ suffix: { 'equals-ignore-case': '.png' } }] },
    { file: 'a.PNG' },
    { file: 'a.gif' },
  ],
  [
    'anything but a text',
    { detail: { state: [{ 'anything-but': 'initializing' }] } },
    { detail: { state: 'x' } },
    { detail: { state: 'initializing' } },
  ],
  ['anything but, of a field that is absent', { state: [{ 'anything-but': 'a' }] }, { state: 'b' }, {}],
  ['anything but a number', { limit: [{ 'anything-but': 123 }] }, { limit: 456 }, { limit: 123 }],
  [
    'anything but several',
    { state: [{ 'anything-but': ['stopped', 'overloaded'] }] },
    { state: 'ok' },
    { state: 'overloaded' },
  ],
  [
    'anything but several numbers',
    { limit: [{ 'anything-but': [100, 200] }] },
    { limit: 300 },
    { limit: 200 },
  ],
  [
    'anything but, ignoring case',
    { state: [{ 'anything-but': { 'equals-ignore-case': 'init' } }] },
    { state: 'initial' },
    { state: 'INIT' },
  ],
  [
    'anything but several, ignoring case',
    { state: [{ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }] },
    { state: 'C' },
    { state: 'B' },
  ],
  [
    'anything but a prefix',
    { state: [{ 'anything-but': { prefix: 'init' } }] },
    { state: 'stopped' },
    { state: 'initial' },
  ],
  [
    'anything but several prefixes',
    { state: [{ 'anything-but': { prefix: ['a', 'b'] } }] },
    { state: 'c1' },
    { state: 'b1' },
  ],
  [
    'anything but a suffix',
    { file: [{ 'anything-but': { suffix: '.txt' } }] },
    { file: 'a.png' },
    { file: 'a.txt' },
  ],
  [
    'anything but several suffixes',
    { file: [{ 'anything-but': { suffix: ['.txt', '.rtf'] } }] },
    { file: 'a.png' },
    { file: 'a.rtf' },
  ],
  [
    'anything but wildcards',
    { path: [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }] },
    { path: 'a/src/b' },
    { path: 'a/bin/b' },
  ],
  ['numeric', { cost: [{ numeric: ['>', 0, '<=', 5] }] }, { cost: 5 }, { cost: 0 }],
  ['numeric equality', { cost: [{ numeric: ['=', 3.018e2] }] }, { cost: 301.8 }, { cost: 302 }],
  ['numeric, of a text', { cost: [{ numeric: ['<', 10] }] }, { cost: 9 }, { cost: '9' }],
  [
    'an IP range',
    { 'source-ip': [{ cidr: '10.0.0.0/24' }] },
    { 'source-ip': '10.0.0.255' },
    { 'source-ip': '10.0.1.0' },
  ],
  ['an IPv6 range', { ip: [{ cidr: '2001:db8::/32' }] }, { ip: '2001:db8::1' }, { ip: '2001:db9::1' }],
  ['exists', { detail: { state: [{ exists: true }] } }, { detail: { state: '' } }, { detail: {} }],
  ['exists not', { detail: { state: [{ exists: false }] } }, { detail: {} }, { detail: { state: 'x' } }],
  [
    'exists not, nor what it stands in',
    { detail: { state: [{ exists: false }] } },
    {},
    { detail: { state: 'x' } },
  ],
  [
    'exists is asked of values, not of objects',
    { detail: { a: [{ exists: true }] } },
    { detail: { a: 1 } },
    { detail: { a: { b: 1 } } },
  ],
  [
    'equals, ignoring case',
    { type: [{ 'equals-ignore-case': 'EC2 change' }] },
    { type: 'ec2 CHANGE' },
    { type: 'ec2' },
  ],
  [
    'wildcard',
    { bus: [{ wildcard: 'arn:aws:events:*:*:event-bus/*' }] },
    { bus: 'arn:aws:events:us-east-1:1:event-bus/x' },
    { bus: 'arn:aws:events:us-east-1' },
  ],
  [
    'wildcard over directories',
    { file: [{ wildcard: 'dir/*.png' }] },
    { file: 'dir/a/b.png' },
    { file: 'other/b.png' },
  ],
  ['wildcard with a literal star', { file: [{ wildcard: 'a\\*b*' }] }, { file: 'a*bc' }, { file: 'axbc' }],
  ['wildcard with a literal backslash', { file: [{ wildcard: 'a\\\\*' }] }, { file: 'a\\b' }, { file: 'a*' }],
  ['one of several comparisons', { cost: [{ numeric: ['<', 1] }, 'free'] }, { cost: 'free' }, { cost: 2 }],
  [
    '$or',
    { $or: [{ a: [1] }, { b: { c: ['x'] } }], d: ['y'] },
    { b: { c: 'x' }, d: 'y' },
    { b: { c: 'z' }, d: 'y' },
  ],
  ['$or together with the rest', { $or: [{ a: [1] }, { b: [1] }], d: ['y'] }, { a: 1, d: 'y' }, { a: 1 }],
  [
    'several fields of one element of an array',
    { employees: { name: ['Ann'], dept: ['IT'] } },
    {
      employees: [
        { name: 'Bob', dept: 'IT' },
        { name: 'Ann', dept: 'IT' },
      ],
    },
    {
      employees: [
        { name: 'Ann', dept: 'HR' },
        { name: 'Bob', dept: 'IT' },
      ],
    },
  ],
];

describe('an event pattern', () => {
  it.each(EXAMPLES)('matches %s', (_, pattern, matching, other) => {
    const matches = compilePattern(pattern);
    expect(matches(matching)).toBe(true);
    expect(matches(other)).toBe(false);
  });

  it.each<[string, JsonObject]>([
    ['$.a', { a: 'text' }],
    ['$.a', { a: [] }],
    ['$', {}],
    ['$.a.b', { a: { b: {} } }],
    ['$.a[0]', { a: [['nested']] }],
    ['$.a[0]', { a: [{ prefix: 'a', suffix: 'b' }] }],
    ['$.a[0]', { a: [{ perfix: 'a' }] }],
    ['$.a[0].prefix', { a: [{ prefix: 1 }] }],
    ['$.a[0].exists', { a: [{ exists: 'yes' }] }],
    ['$.a[0].numeric', { a: [{ numeric: ['>'] }] }],
    ['$.a[0].numeric', { a: [{ numeric: ['!', 1] }] }],
    ['$.a[0].cidr', { a: [{ cidr: '10.0.0.0' }] }],
    ['$.a[0].wildcard', { a: [{ wildcard: 'a**' }] }],
    ['$.a[0].anything-but', { a: [{ 'anything-but': [] }] }],
    ['$.a[0].anything-but', { a: [{ 'anything-but': { numeric: ['=', 1] } }] }],
    ['$.$or[1].b', { $or: [{ a: [1] }, { b: 1 }] }],
  ])('is refused, naming the place: %s', (place, pattern) => {
    expect(() => compilePattern(pattern)).toThrow(`Event pattern is not valid at ${place}:`);
  });
});
