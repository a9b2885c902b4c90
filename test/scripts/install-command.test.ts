import { installCommand } from '../../scripts/install-command.cjs';

const release = (id: string, like = '') =>
  `NAME="x"\nID=${id}\nID_LIKE="${like}"\nVERSION_ID="1"\n`;

test.each([
  [release('debian'), 'sudo apt-get install -y g++ make'],
  [release('linuxmint', 'ubuntu debian'), 'sudo apt-get install -y g++ make'],
  [release('rocky', 'rhel centos fedora'), 'sudo dnf install -y gcc-c++ make'],
  [release('opensuse-leap', 'suse opensuse'), 'sudo zypper install -y gcc-c++ make'],
  [release('arch'), 'sudo pacman -S --needed gcc make'],
  [release('alpine'), 'sudo apk add g++ make'],
  ['', "install g++ and make with your system's package manager"],
])('installs a compiler on the system %j', (text, command) => {
  expect(installCommand(['compiler'], 'linux', text)).toBe(command);
});

test('installs a compiler on macOS and CMake on Windows', () => {
  expect(installCommand(['compiler'], 'darwin')).toBe('xcode-select --install');
  expect(installCommand(['cmake'], 'win32')).toBe('winget install Kitware.CMake');
});

test('installs several tools with one command, each package once', () => {
  expect(
    installCommand(['cmake', 'compiler', 'compiler', 'python', 'pip'], 'linux', release('debian')),
  ).toBe('sudo apt-get install -y cmake g++ make python3 python3-pip');
  expect(installCommand(['cmake', 'compiler', 'compiler'], 'darwin')).toBe(
    'brew install cmake && xcode-select --install',
  );
});
