"""What this release is called, for the build of the wheel, `feedback --version` and `feedback doctor` alike."""

VERSION = "0.1.0"
