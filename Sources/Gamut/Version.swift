/// The version of Gamut, as manifests and `--version` tell it.
public let gamutVersion = "0.1.0"
