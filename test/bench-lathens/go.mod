module github.com/gomods/athens-kfn/test/bench-lathens

go 1.26.0
