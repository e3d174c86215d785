import type { AzdEnvironment } from './environment.ts';
import { deployService, packageService } from './package.ts';
import type { Project } from './project.ts';
import { provision } from './provision.ts';
import { runHook } from './run-hook.ts';
import { runGraph, type Step } from './steps.ts';

type Command = 'up' | 'package' | 'provision' | 'deploy';

/** The steps of each command, and which of them wait for which. */
export function runLifecycle(
  command: Command,
  project: Project,
  environment: AzdEnvironment,
): Promise<void> {
  const hook = (name: string, ...after: string[]): Step => {
    return { name, after, run: () => runHook(project, name, environment) };
  };
  const make = {
    package: () => packageService(project, environment),
    provision: () => provision(project, environment),
    deploy: async () => deployService(project, environment),
  };
  const step = (name: keyof typeof make, ...after: string[]): Step => {
    return { name, after, run: make[name] };
  };
  const graphs: Readonly<Record<Command, readonly Step[]>> = {
    up: [
      hook('prepackage'),
      hook('preprovision', 'prepackage'),
      step('package', 'prepackage'),
      step('provision', 'preprovision'),
      hook('postprovision', 'provision'),
      hook('postpackage', 'package'),
      hook('predeploy', 'postprovision'),
      step('deploy', 'predeploy', 'postpackage'),
      hook('postdeploy', 'deploy'),
    ],
    package: [hook('prepackage'), step('package', 'prepackage'), hook('postpackage', 'package')],
    provision: [
      hook('preprovision'),
      step('provision', 'preprovision'),
      hook('postprovision', 'provision'),
    ],
    // Standing alone, it fires no hook of the package.
    deploy: [
      hook('predeploy'),
      step('package', 'predeploy'),
      step('deploy', 'package'),
      hook('postdeploy', 'deploy'),
    ],
  };
  return runGraph(graphs[command], environment);
}
