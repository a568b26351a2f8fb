package athenstest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// catalog answers pages of {"modules", "next"}.
func (s *Server) catalog(w http.ResponseWriter, r *http.Request) {
	if s.External {
		w.WriteHeader(http.StatusNotImplemented)
		return
	}
	size := 1000
	if text := r.FormValue("pagesize"); text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
	}
	s.mu.Lock()
	rows := slices.Clone(s.stored)
	s.mu.Unlock()
	page, next := pageOf(rows, r.FormValue("token"), size)
	if s.Disk {
		page, next = diskPageOf(rows, r.FormValue("token"), size)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"modules": page, "next": next})
}

// pageOf is mongo's way: the token names the last row, and rows that come
// during the walk are found at its end. No rows are null.
func pageOf(rows []Row, token string, size int) (page []Row, next string) {
	from, _ := strconv.ParseInt(token, 16, 64) // error dropped: no token is the first row
	rows = rows[min(int(from), len(rows)):]
	if len(rows) == 0 {
		return nil, ""
	}
	if len(rows) < size {
		return rows, ""
	}
	return rows[:size], strconv.FormatInt(from+int64(size), 16)
}

// diskPageOf repeats what pkg/storage/fs/cataloger.go does (v0.18.0): the
// token's version is compared in every module.
func diskPageOf(rows []Row, token string, size int) (page []Row, next string) {
	slices.SortFunc(rows, func(a, b Row) int {
		return strings.Compare(a.Module+"/"+a.Version, b.Module+"/"+b.Version)
	})
	module, version, _ := strings.Cut(token, "|")
	page = []Row{}
	for _, row := range rows {
		if row.Module < module || row.Version <= version {
			continue
		}
		page = append(page, row)
		if len(page) == size {
			return page, row.Module + "|" + row.Version
		}
	}
	return page, ""
}
