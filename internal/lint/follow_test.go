package lint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rulePackage is a package of rules.
type rulePackage struct {
	files *token.FileSet
	funcs map[string]*ruleFunc // by receiver and name, as in rules.add
	// use sees each call that takes paths, and their values; nil if they cannot
	// be computed.
	use func(call *ast.CallExpr, in *ruleFunc, paths []string)
}

// ruleFunc is a function with the values that its parameters may have.
type ruleFunc struct {
	decl     *ast.FuncDecl
	receiver string
	params   []string
	values   map[string][]string
}

func readRules(t *testing.T, dir string) *rulePackage {
	t.Helper()
	p := &rulePackage{files: token.NewFileSet(), funcs: map[string]*ruleFunc{}}
	files, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(p.files, dir+"/"+name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			rule := &ruleFunc{decl: f, values: map[string][]string{}}
			if f.Recv != nil {
				at := f.Recv.List[0].Type
				if star, ok := at.(*ast.StarExpr); ok {
					at = star.X
				}
				rule.receiver = at.(*ast.Ident).Name
			}
			rule.params = names(f.Type.Params)
			p.funcs[rule.receiver+"."+f.Name.Name] = rule
		}
	}
	return p
}

// isPath says whether a parameter is a path, by its name.
func isPath(param string) bool {
	return slices.Contains([]string{"path", "paths", "at", "outerPath"}, param)
}

// callee is the method of the rules that a call means, or nil; first says that
// the first argument of the call is a path, as that of problem.Problems.Add is.
func (p *rulePackage) callee(in *ruleFunc, call *ast.CallExpr) (f *ruleFunc, first bool) {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return nil, fun.Name == "add" // a closure
	case *ast.SelectorExpr:
		if fun.Sel.Name == "Add" {
			return nil, true
		}
		x, ok := fun.X.(*ast.Ident)
		recv := in.decl.Recv
		receiver := map[bool]string{true: "rules"}[ok && x.Name == "r"]
		if ok && recv != nil && len(recv.List[0].Names) > 0 && recv.List[0].Names[0].Name == x.Name {
			receiver = in.receiver
		}
		if f := p.funcs[receiver+"."+fun.Sel.Name]; f != nil || receiver != "rules" {
			return f, false
		}
		return p.funcs["checks."+fun.Sel.Name], false
	}
	return nil, false
}

// scope is a block, with the values of its names.
type scope struct {
	outer  *scope
	values map[string][]string
	// own are the names that it declares; the others it sets for a block around.
	own map[string]bool
}

func (s *scope) get(name string) []string {
	for ; s != nil; s = s.outer {
		if v, ok := s.values[name]; ok {
			return v
		}
	}
	return nil
}

func (s *scope) set(name string, own bool, v []string) {
	s.values[name] = v
	s.own[name] = s.own[name] || own
}

func (s *scope) block() *scope { return &scope{s, map[string][]string{}, map[string]bool{}} }

// end leaves a block, which may or may not have run.
func (s *scope) end() {
	for name, v := range s.values {
		if !s.own[name] {
			s.outer.set(name, false, union(s.outer.get(name), v))
		}
	}
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// follow walks a function and says whether a parameter of another one has got
// new values.
func (p *rulePackage) follow(in *ruleFunc) (grown bool) {
	if in.receiver != "" && subjects[in.receiver] == nil {
		return false
	}
	env := (*scope)(nil).block()
	for name, v := range in.values {
		env.set(name, true, v)
	}
	var walk func(n ast.Node) bool
	visit := func(nodes ...ast.Node) {
		for _, n := range nodes {
			if n != nil {
				ast.Inspect(n, walk)
			}
		}
	}
	inner := func(nodes ...ast.Node) {
		env = env.block()
		visit(nodes...)
		env.end()
		env = env.outer
	}
	walk = func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return !slices.ContainsFunc(names(n.Type.Params), isPath) // which its calls are followed for
		case *ast.IfStmt:
			set, ok := n.Init.(*ast.AssignStmt)
			if ok && set.Tok == token.ASSIGN {
				visit(set) // which runs whatever the condition is
			}
			env = env.block()
			if ok && set.Tok == token.DEFINE {
				visit(set)
			}
			visit(n.Cond)
			inner(n.Body)
			if n.Else != nil {
				inner(n.Else)
			}
			env.end()
			env = env.outer
			return false
		case *ast.CaseClause:
			env = env.block()
			for _, e := range n.List {
				visit(e)
			}
			for _, s := range n.Body {
				visit(s)
			}
			env.end()
			env = env.outer
			return false
		case *ast.RangeStmt:
			env = env.block()
			p.ranged(env, n)
			visit(n.X, n.Body)
			env.end()
			env = env.outer
			return false
		case *ast.ValueSpec:
			for i, v := range n.Values {
				env.set(n.Names[i].Name, true, p.eval(env, v))
			}
		case *ast.AssignStmt:
			for i, r := range n.Rhs {
				visit(r)
				if name, ok := n.Lhs[i].(*ast.Ident); ok && len(n.Lhs) == len(n.Rhs) {
					env.set(name.Name, n.Tok == token.DEFINE, p.eval(env, r))
				}
			}
			return false
		case *ast.CallExpr:
			grown = p.call(env, in, n) || grown
		}
		return true
	}
	visit(in.decl.Body)
	return grown
}

// names of parameters.
func names(params *ast.FieldList) (out []string) {
	for _, list := range params.List {
		for _, n := range list.Names {
			out = append(out, n.Name)
		}
	}
	return out
}

// call hands the values of arguments to the function that is called.
func (p *rulePackage) call(env *scope, in *ruleFunc, call *ast.CallExpr) (grown bool) {
	f, first := p.callee(in, call)
	if f == nil && !first || f != nil && f.decl == in.decl { // a function that calls itself goes down the types
		return false
	}
	for i, arg := range call.Args {
		param := "path"
		if f != nil {
			param = f.params[min(i, len(f.params)-1)]
		} else if i > 0 {
			break
		}
		values := p.eval(env, arg)
		if name, ok := arg.(*ast.Ident); isPath(param) && !(ok && slices.Contains(in.params, name.Name)) { // else its callers are asked
			p.use(call, in, values)
		}
		for i, v := range values {
			if isPath(param) && !strings.Contains(v, ":") {
				values[i] = in.receiver + ":" + v
			}
		}
		if f != nil {
			if more := union(f.values[param], values); len(more) > len(f.values[param]) {
				f.values[param], grown = more, true
			}
		}
	}
	return grown
}

// ranged knows the names in a list of structs that is written out.
func (p *rulePackage) ranged(env *scope, n *ast.RangeStmt) {
	value, named := n.Value.(*ast.Ident)
	if call, ok := n.X.(*ast.CallExpr); ok && named {
		env.set(value.Name, true, p.noted(call))
	}
	list, ok := n.X.(*ast.CompositeLit)
	if !ok || !named {
		return
	}
	array, _ := list.Type.(*ast.ArrayType)
	of, ok := array.Elt.(*ast.StructType)
	if !ok {
		return
	}
	var fields []string
	for _, f := range of.Fields.List {
		for _, name := range f.Names {
			fields = append(fields, name.Name)
		}
	}
	for _, e := range list.Elts {
		for i, v := range e.(*ast.CompositeLit).Elts {
			name := value.Name + "." + fields[i]
			env.set(name, true, union(env.get(name), p.eval(env, v)))
		}
	}
}

// noted is what the function of a call gives to its closure note: the fields that
// it may return.
func (p *rulePackage) noted(call *ast.CallExpr) (out []string) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	for _, f := range p.funcs {
		if f.decl.Name.Name != fun.Sel.Name {
			continue
		}
		ast.Inspect(f.decl, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok {
				if name, ok := c.Fun.(*ast.Ident); ok && name.Name == "note" {
					out = append(out, p.eval(nil, c.Args[0])...)
				}
			}
			return true
		})
	}
	return out
}

// eval is all that an expression may be, nil if it cannot be computed. An index
// is 0, and a key that is not known is "any".
func (p *rulePackage) eval(env *scope, e ast.Expr) (out []string) {
	each := func(a, b []string, join func(a, b string) string) {
		for _, a := range a {
			for _, b := range b {
				out = append(out, join(a, b))
			}
		}
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return []string{s}
		}
	case *ast.Ident:
		return slices.Clone(env.get(e.Name))
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return slices.Clone(env.get(x.Name + "." + e.Sel.Name))
		}
	case *ast.BinaryExpr:
		each(p.eval(env, e.X), p.eval(env, e.Y), func(a, b string) string { return a + b })
	case *ast.CallExpr:
		name := ""
		switch fun := e.Fun.(type) {
		case *ast.Ident:
			name = fun.Name
		case *ast.SelectorExpr:
			name = fun.Sel.Name
		}
		switch name {
		case "item", "Item":
			each(p.eval(env, e.Args[0]), []string{"[0]"}, func(a, b string) string { return a + b })
		case "overridesPath":
			return []string{"spec.regions[0].overrides"}
		case "TrimSuffix":
			each(p.eval(env, e.Args[0]), p.eval(env, e.Args[1]), strings.TrimSuffix)
		case "child", "Child":
			key := p.eval(env, e.Args[1])
			if key == nil {
				key = []string{"any"}
			}
			each(p.eval(env, e.Args[0]), key, func(a, b string) string { return a + "." + b })
		}
	}
	return out
}
