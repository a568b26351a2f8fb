package gitconfig_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gomods/athens-kfn/pkg/gitconfig"
)

// texts are files of settings, whole and broken.
var texts = []string{
	"", "\n", "# x", "; x\n", "a = b\n", "[a]", "[a]b=c", "[a]\nb", "[a]\nb = c # d", "[a]\nb = \"c # d\"", "[a]\nb = \"c\n", "[a]\nb = \"c\" d \"e\"",
	"[a]\nb = c\\\n d", "[a]\nb=c\\", "[a]\nb = \\q", "[a]\nb = \\t\\n\\b\\\\\\\"", "[a]\nb = x   y  ", "[a]\nb=c\r\n[d]\r\ne=f", "[a]\nb=c\r", "[a]\rb=c",
	"[]\na=b", "[.]\na=b", "[a.b \"c\"]\nd", "[a\"b\"]\nd", "[a \"b\" ]\nd", "[a \"b", "[a \"b\nc\"]\nd", "[a \"b\\\"c\\d\"]\ne", "[a \"\"]\nb", "[a_b]\nc", "[ a]\nc",
	"[a\nb]", "[A \"B\"]\nCd = Ef", "[a]\n1b=c", "[a]\n-b=c", "[a]\nb-1=c", "[a]\nb_1=c", "[a]\nb c", "[a]\nb ; c", "[a]\n= c", "\ufeff[a]\nb", "[a]\n\fb", "[a]\nb=\"\"",
	"[http \"https://git.example.com\"]\n\tsslVerify = false\n", "[url \"https://a.example.com/\"]\n\tinsteadOf = git@a.example.com:\n",
	"[user\n\tname = x", "[alias]\n\tx = \"!f() { echo \\\"a\\\"; }; f\"",
}

// git itself reads the same settings, and refuses the same texts: those above,
// and parts of them in any order.
func TestParseAgreesWithGit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	all := append([]string(nil), texts...)
	parts := []string{"[a]", "[a \"b\"]", "\n", "\r", "\\", "\"", " ", "\t", "=", "#", ";", "x", "y-1", "]", "[", ".", "é", "\\n"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		text := "[s]\n"
		for range 1 + random.IntN(12) {
			text += parts[random.IntN(len(parts))]
		}
		all = append(all, text)
	}
	for _, text := range all {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		list := exec.Command("git", "config", "-f", file, "--list", "-z")
		list.Env = append(os.Environ(), "LC_ALL=C")
		want, err := list.Output()
		settings, refused := gitconfig.Parse(text)
		if (refused != 0) != (err != nil) {
			t.Errorf("%q: line %d is refused, but git says %v", text, refused, err)
			continue
		}
		var got bytes.Buffer
		for _, s := range settings {
			for _, part := range []string{s.Section, s.Subsection} {
				if part != "" {
					got.WriteString(part + ".")
				}
			}
			got.WriteString(s.Key + "\n" + s.Value + "\x00")
		}
		// git writes a key without a value alone, and an empty subsection as a dot.
		if g, w := got.String(), plain(string(want)); err == nil && g != w && !strings.Contains(text, `""]`) {
			t.Errorf("%q: got %q, git says %q", text, g, w)
		}
	}
}

// git takes the same values for true and false.
func TestBool_AgreesWithGit(t *testing.T) {
	for _, value := range []string{"true", "Yes", "on", "1", "7", "0x1", "0x0", "00", "-1", "false", "No", "OFF", "0", "", "maybe", "t", "truee", "1.5", "1k", "0k", "2g", "4g", "0b1", "0o7", "1_0", "+1", " 1", "1 ", "k", "2147483648", "-2147483648", "-2147483647", "0x1F"} {
		got, err := exec.Command("git", "-c", "http.sslVerify="+value, "config", "--bool", "http.sslVerify").Output()
		s := gitconfig.Setting{Value: value}
		if s.IsBool() != (err == nil) || err == nil && s.Off() != (string(got) == "false\n") {
			t.Errorf("%q: bool %v, off %v; git says %q, %v", value, s.IsBool(), s.Off(), got, err)
		}
	}
}

// git reads the same numbers.
func TestInt_AgreesWithGit(t *testing.T) {
	for _, value := range []string{"1k", "1K", "2m", "1g", "1kb", "500MB", "k", "0b1", "0o7", "0x1f", "0x1Fk", "0xb", "010", "08", "1_0", "0x1_0", "+5", "-1", "-1k", "-0", "--1", "- 1", " 5", "5 ", "\t5",
		"", "x", "1.5", "0x", "9223372036854775807", "-9223372036854775807", "9223372036854775808", "9007199254740991k", "9007199254740992k", "-9007199254740992k", "8589934591g"} {
		got, err := exec.Command("git", "-c", "a.b="+value, "config", "--type=int", "a.b").Output()
		n, ok := gitconfig.Setting{Value: value}.Int()
		if ok != (err == nil) || ok && strconv.FormatInt(n, 10)+"\n" != string(got) {
			t.Errorf("%q: %d %v; git says %q, %v", value, n, ok, got, err)
		}
	}
}

// git stops at the same values, whatever it is asked: one after another of those that are
// refused, and none of the others, all together.
func TestUnread_IsWhatGitStopsAt(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) error {
		cmd := exec.Command("git", args...)
		cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+filepath.Join(dir, "none"), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	from, clone := filepath.Join(dir, "from"), filepath.Join(dir, "clone")
	for _, args := range [][]string{
		{"init", "-q", from},
		{"-C", from, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "x"},
		{"clone", "-q", "--bare", "file://" + from, clone},
	} {
		if err := git(args...); err != nil {
			t.Fatal(err)
		}
	}
	fetch := []string{"-C", clone, "fetch", "-q", "-f", "origin", "HEAD"}
	clones := 0
	stops := func(settings ...string) error {
		var flags []string
		for _, s := range settings {
			flags = append(flags, "-c", s)
		}
		for _, args := range [][]string{fetch, {"-C", clone, "log", "-n1"}, {"-C", clone, "tag", "-l"}, {"-C", clone, "archive", "--format=tar", "HEAD"}} {
			if err := git(slices.Concat(flags, args)...); err != nil {
				return err
			}
		}
		// Helpers of HTTP read settings of their own; port 1 refuses.
		if err := git(append(flags, "ls-remote", "http://127.0.0.1:1/x")...); !strings.Contains(err.Error(), "unable to access") {
			return err
		}
		clones++
		return git(append(flags, "clone", "-q", "--bare", "file://"+from, filepath.Join(dir, strconv.Itoa(clones)))...)
	}
	for _, value := range []string{"500MB", "-2", "-1", "10", "41", "3g", "17179869184g", "auto"} {
		var taken []string
		for _, key := range gitconfig.Keys() {
			section, name, _ := strings.Cut(key, ".")
			set := key + "=" + value
			switch want := (gitconfig.Setting{Section: section, Key: name, Value: value}).Unread(); {
			case want == "":
				taken = append(taken, set)
			case value != "500MB" && strings.HasPrefix(want, "true"): // one is enough
			case stops(set) == nil:
				t.Errorf("%s: git takes it, and not only %s", set, want)
			}
		}
		if value == "500MB" && len(taken) > 0 {
			t.Errorf("%q are neither numbers nor true or false", taken)
		}
		if err := stops(taken...); err != nil {
			t.Errorf("%q: %v", taken, err)
		}
	}
	if err := stops("core.autocrlf=input", "core.safecrlf=warn", "diff.renames=copies", "core.abbrev=auto", "core.symlinks=0x1", "http.followRedirects=initial", "core.logAllRefUpdates=always", "branch.autoSetupMerge=simple"); err != nil {
		t.Error(err)
	}
}

// plain is git's list with true for keys that have no value.
func plain(list string) string {
	var b strings.Builder
	for _, entry := range strings.SplitAfter(list, "\x00") {
		if entry != "" && !strings.Contains(entry, "\n") {
			entry = strings.TrimSuffix(entry, "\x00") + "\ntrue\x00"
		}
		b.WriteString(entry)
	}
	return b.String()
}

// A message names the line that git refuses.
func TestParseNamesTheLine(t *testing.T) {
	for text, want := range map[string]int{"[a]\nb = c\n": 0, "[a]\n\n1b": 3, "[a": 1, "[a]\nb = \"c\n[d]": 2} {
		if _, line := gitconfig.Parse(text); line != want {
			t.Errorf("%q: got line %d, want %d", text, line, want)
		}
	}
}
