'use strict';
/** The command that installs a missing build tool on this system. */
const { readFileSync } = require('node:fs');

/** Linux systems: the ids in their os-release, their command that installs packages, and the packages of each tool. */
const SYSTEMS = [
  {
    ids: ['debian', 'ubuntu'],
    install: 'sudo apt-get install -y',
    packages: {
      cmake: 'cmake',
      compiler: 'g++ make',
      python: 'python3 python3-pip',
      pip: 'python3-pip',
    },
  },
  {
    ids: ['fedora', 'rhel', 'centos'],
    install: 'sudo dnf install -y',
    packages: {
      cmake: 'cmake',
      compiler: 'gcc-c++ make',
      python: 'python3 python3-pip',
      pip: 'python3-pip',
    },
  },
  {
    ids: ['suse', 'opensuse'],
    install: 'sudo zypper install -y',
    packages: {
      cmake: 'cmake',
      compiler: 'gcc-c++ make',
      python: 'python3 python3-pip',
      pip: 'python3-pip',
    },
  },
  {
    ids: ['arch'],
    install: 'sudo pacman -S --needed',
    packages: {
      cmake: 'cmake',
      compiler: 'gcc make',
      python: 'python python-pip',
      pip: 'python-pip',
    },
  },
  {
    ids: ['alpine'],
    install: 'sudo apk add',
    packages: { cmake: 'cmake', compiler: 'g++ make', python: 'python3 py3-pip', pip: 'py3-pip' },
  },
];

/** Other systems: the command that installs each tool. */
const OTHER_SYSTEMS = {
  darwin: {
    cmake: 'brew install cmake',
    compiler: 'xcode-select --install',
    python: 'brew install python',
    pip: 'python3 -m ensurepip --upgrade',
  },
  win32: {
    cmake: 'winget install Kitware.CMake',
    compiler: 'winget install Microsoft.VisualStudio.2022.BuildTools',
    python: 'winget install Python.Python.3.13',
    pip: 'python -m ensurepip --upgrade',
  },
};

function osRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/**
 * The command that installs tools on this system; for an unknown Linux, a sentence that names the packages.
 * @param {('cmake' | 'compiler' | 'python' | 'pip')[]} tools
 */
function installCommand(tools, platform = process.platform, release = osRelease()) {
  const unique = (words) => [...new Set(words)];
  if (OTHER_SYSTEMS[platform]) {
    return unique(tools.map((tool) => OTHER_SYSTEMS[platform][tool])).join(' && ');
  }
  const ids = [...release.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap(([, value]) =>
    value.replaceAll('"', '').split(' '),
  );
  const system = SYSTEMS.find((row) => row.ids.some((id) => ids.includes(id)));
  const { install, packages } = system ?? SYSTEMS[0];
  const names = unique(tools.flatMap((tool) => packages[tool].split(' ')));
  if (system) return `${install} ${names.join(' ')}`;
  return `install ${names.join(' and ')} with your system's package manager`;
}

module.exports = { installCommand };
