package airgap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// prover is the go command's own check of a database's records (sumdb.Client),
// over files of a tree, and without memory of its own.
type prover struct {
	db   Database
	read func(name string) ([]byte, error)

	mu     sync.Mutex
	latest []byte // the signed tree that a go command has seen; none at first
	fork   string
}

// prove returns the checksums of versions as a go command would get them that has
// seen the signed tree seen, if any.
func prove(ctx context.Context, db Database, seen []byte, versions []module.Version, parallel int, read func(name string) ([]byte, error)) (Sums, []error) {
	p := &prover{db: db, read: read, latest: seen}
	client := sumdb.NewClient(p)
	var mu sync.Mutex
	sums := Sums{}
	problems := each(ctx, versions, parallel, func(_ context.Context, v module.Version) (problem, stop error) {
		for _, line := range []module.Version{v, goModOf(v)} {
			lines, err := client.Lookup(line.Path, line.Version)
			if err == nil && (len(lines) != 1 || !strings.Contains(lines[0], " h1:")) {
				err = fmt.Errorf("%s: %s has not one checksum of the kind h1: use a later release of this program", line, db.name)
			}
			if fork := p.forked(); fork != "" {
				return nil, fmt.Errorf("%s has two histories: %s", db.name, fork)
			}
			if err != nil {
				return err, nil
			}
			mu.Lock()
			sums[line] = lines[0][strings.LastIndexByte(lines[0], ' ')+1:]
			mu.Unlock()
		}
		return nil, nil
	})
	return sums, problems
}

// ReadRemote reads a file of the database.
func (p *prover) ReadRemote(path string) ([]byte, error) { return p.read(p.db.file(path)) }

// ReadConfig returns the key, or the latest tree.
func (p *prover) ReadConfig(file string) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if file == "key" {
		return []byte(p.db.key), nil
	}
	return p.latest, nil
}

// WriteConfig keeps the latest tree.
func (p *prover) WriteConfig(_ string, before, after []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !bytes.Equal(before, p.latest) {
		return sumdb.ErrWriteConflict
	}
	p.latest = after
	return nil
}

// ReadCache finds nothing: all is to be in the tree.
func (*prover) ReadCache(string) ([]byte, error) { return nil, errors.ErrUnsupported }

// WriteCache forgets.
func (*prover) WriteCache(string, []byte) {}

// Log says nothing.
func (*prover) Log(string) {}

// SecurityError notes that the database has two histories.
func (p *prover) SecurityError(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fork = text
}

func (p *prover) forked() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fork
}

// splitRecord parts what a database answers to a lookup: the record, which is the
// same forever, and the signed tree, of which any later one will do.
func splitRecord(answer []byte) (record, tree []byte, err error) {
	id, text, tree, err := tlog.ParseRecord(answer)
	if err != nil {
		return nil, nil, err
	}
	record, err = tlog.FormatRecord(id, text)
	return record, tree, err
}

// treeSize is the number of records in a signed tree.
func (d Database) treeSize(signed []byte) (int64, error) {
	key, err := note.NewVerifier(d.key)
	if err != nil {
		return 0, err
	}
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return 0, fmt.Errorf("the tree of %s is not signed with its key: %w", d.name, err)
	}
	tree, err := tlog.ParseTree([]byte(opened.Text))
	return tree.N, err
}
