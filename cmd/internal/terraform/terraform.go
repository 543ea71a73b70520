// Package terraform runs Terraform on generated stacks, in a folder beside the
// repository and never in it.
package terraform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/lakewright/lakewright/generator/artifact"
)

// MinVersion is the oldest Terraform that takes what is generated: the S3
// backend's own lock file came in 1.10 and is stable since 1.11.
// Source: https://developer.hashicorp.com/terraform/language/backend/s3
const MinVersion = "1.11.0"

// A Workspace is a temporary copy of an environment's stacks in which Terraform
// runs. The rest of the repository is there by symbolic links, so that relative
// module sources lead where they lead in the repository.
type Workspace struct {
	exec    string
	root    string // temporary
	stacks  string // the folder of the stacks, below root
	env     map[string]string
	offline bool
	// states are the outputs of the stacks planned so far, for the ones after
	// them; offline only.
	states map[string]map[string]output
}

// New makes a workspace of the stacks in files, the generated files of the
// environment whose generated folder is dir, relative to repository. With
// offline set, Terraform runs without credentials, backend and state. Close
// removes it.
//
// Errors: Terraform is missing or older than [MinVersion].
func New(ctx context.Context, repository, dir string, files *artifact.Set, offline bool) (_ *Workspace, err error) {
	execPath, err := find(ctx)
	if err != nil {
		return nil, err
	}
	root, err := os.MkdirTemp("", "lakewright-plan-")
	if err != nil {
		return nil, err
	}
	w := &Workspace{
		exec: execPath, root: root, stacks: filepath.Join(root, filepath.FromSlash(dir), "terraform"),
		env: environment(offline), offline: offline, states: map[string]map[string]output{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	first, _, _ := strings.Cut(dir, "/")
	if err := link(repository, root, first); err != nil {
		return nil, err
	}
	for _, f := range files.Files() {
		rest, ok := strings.CutPrefix(f.Path, "terraform/")
		if !ok {
			continue
		}
		target := filepath.Join(w.stacks, filepath.FromSlash(rest))
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(target, f.Content, 0o600); err != nil {
			return nil, err
		}
		// A lock file that the user keeps beside the stack pins its providers.
		lock := path.Join(path.Dir(f.Path), ".terraform.lock.hcl")
		if err := copyFile(filepath.Join(repository, filepath.FromSlash(dir), filepath.FromSlash(lock)), filepath.Join(filepath.Dir(target), ".terraform.lock.hcl")); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return w, nil
}

// Close removes the workspace.
func (w *Workspace) Close() error { return os.RemoveAll(w.root) }

// link makes the entries of repository, but for except, reachable in root.
func link(repository, root, except string) error {
	entries, err := os.ReadDir(repository)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == except || e.Name() == ".git" {
			continue
		}
		if err := os.Symlink(filepath.Join(repository, e.Name()), filepath.Join(root, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

// find returns the path of a Terraform that is new enough.
func find(ctx context.Context) (string, error) {
	execPath, err := exec.LookPath("terraform")
	if err != nil {
		return "", fmt.Errorf("terraform is not in PATH: install version %s or newer (https://developer.hashicorp.com/terraform/install)", MinVersion)
	}
	dir, err := os.MkdirTemp("", "lakewright-version-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	tf, err := tfexec.NewTerraform(dir, execPath)
	if err != nil {
		return "", err
	}
	if err := tf.SetEnv(environment(true)); err != nil {
		return "", err
	}
	found, _, err := tf.Version(ctx, true)
	if err != nil {
		return "", fmt.Errorf("asking %s for its version: %w", execPath, err)
	}
	if found.LessThan(version.Must(version.NewVersion(MinVersion))) {
		return "", fmt.Errorf("%s is version %s: install %s or newer (https://developer.hashicorp.com/terraform/install)", execPath, found, MinVersion)
	}
	return execPath, nil
}

// environment returns the environment of Terraform: the user's own, so that
// their CLI configuration, mirrors and proxies hold. Offline it has no AWS
// settings, so that nothing can be called by accident.
func environment(offline bool) map[string]string {
	env := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if offline && strings.HasPrefix(name, "AWS_") {
			continue
		}
		env[name] = value
	}
	return tfexec.CleanEnv(env)
}

// Progress is told of each step of a plan; the function it returns is called
// with the step's result.
type Progress func(step string) (done func(error))

// Plan initialises, validates and plans one stack.
func (w *Workspace) Plan(ctx context.Context, stack string, progress Progress) (_ *tfjson.Plan, err error) {
	dir := filepath.Join(w.stacks, stack)
	tf, err := tfexec.NewTerraform(dir, w.exec)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(tf.SetEnv(w.env), tf.SetWaitDelay(5*time.Second)); err != nil {
		return nil, err
	}
	if w.offline {
		if err := w.override(stack); err != nil {
			return nil, err
		}
	}
	step := func(name string, run func() error) {
		if err != nil {
			return
		}
		done := progress("terraform " + name + " " + stack)
		if err = run(); err != nil {
			err = fmt.Errorf("terraform %s of stack %s: %w", name, stack, err)
		}
		done(err)
	}
	planFile := filepath.Join(dir, "plan.tfplan")
	var plan *tfjson.Plan
	step("init", func() error { return tf.Init(ctx) })
	step("validate", func() error { return validate(ctx, tf) })
	step("plan", func() error {
		// Nobody applies this plan, so an apply under way need not be kept waiting.
		_, err := tf.Plan(ctx, tfexec.Out(planFile), tfexec.Lock(false))
		if err == nil {
			plan, err = tf.ShowPlanFile(ctx, planFile)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if w.offline {
		w.states[stack] = outputs(plan)
	}
	return plan, nil
}

// validate turns Terraform's diagnostics into an error.
func validate(ctx context.Context, tf *tfexec.Terraform) error {
	result, err := tf.Validate(ctx)
	if err != nil || result.Valid {
		return err
	}
	var errs []error
	for _, d := range result.Diagnostics {
		text := d.Summary
		if d.Detail != "" {
			text += ": " + d.Detail
		}
		if d.Range != nil {
			text = fmt.Sprintf("%s:%d: %s", d.Range.Filename, d.Range.Start.Line, text)
		}
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}
