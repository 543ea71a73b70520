package model

import "testing"

func TestInstanceArchitecture(t *testing.T) {
	for instance, want := range map[string]string{
		"a1.large":           ARM64,
		"c7gn.xlarge":        ARM64,
		"g5g.2xlarge":        ARM64,
		"hpc7g.16xlarge":     ARM64,
		"im4gn.large":        ARM64,
		"is4gen.medium":      ARM64,
		"m7g.large":          ARM64,
		"m8gd":               ARM64,
		"x2gd.metal":         ARM64,
		"c7i-flex.large":     AMD64,
		"g4dn.xlarge":        AMD64,
		"g6.xlarge":          AMD64,
		"gr6.4xlarge":        AMD64,
		"m7a.large":          AMD64,
		"m7i.metal-24xl":     AMD64,
		"p5en.48xlarge":      AMD64,
		"u-6tb1.112xlarge":   AMD64,
		"u7i-12tb.224xlarge": AMD64,
		"x2iedn":             AMD64,
	} {
		t.Run(instance, func(t *testing.T) {
			if got := InstanceArchitecture(instance); got != want {
				t.Errorf("InstanceArchitecture(%q) = %q, want %q", instance, got, want)
			}
		})
	}
}
