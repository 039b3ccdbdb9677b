import { expect, it } from 'vitest';
import { recipeNamed, recipes } from '../../src/models/index.js';

it('finds recipes by name', () => {
  expect(recipeNamed('simgan').name).toBe('simgan');
  expect(recipes[0]).toBe(recipeNamed('simgan'));
});

it('names the recipes there are when asked for another', () => {
  expect(() => recipeNamed('cyclegan')).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(/"cyclegan".*simgan/) }),
  );
});
