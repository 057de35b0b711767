import TestSupport
import Testing
import YAML
