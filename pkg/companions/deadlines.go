package companions

import "time"

// Deadlines that more than one program counts on.
const (
	// AthensStash is the default of spec.athens.timeouts.stash, and of Athens'
	// own ATHENS_STASH_TIMEOUT: how long a version may take to be fetched and
	// stored. A caller waits as long for a Redis lock.
	AthensStash = 600 * time.Second
	// CrathensTimeout is how long crathens waits for one answer: the first .info
	// of a version waits for the whole download.
	CrathensTimeout = AthensStash + time.Minute
	// ListTries is how often the gateway asks for a list at least: once, and two
	// times more.
	ListTries = 3
	// ListTry is what each of them takes by default.
	ListTry = 10 * time.Second
	// LathensUpstreamTimeout is what a lathens without a mesh before it gives one
	// list: what a gateway gives all its tries.
	LathensUpstreamTimeout = ListTries * ListTry
	// SumDB is what a gateway gives a checksum database by default: twice what
	// sum.golang.org has taken for a module that was new to it, 58 s.
	SumDB = 120 * time.Second
	// LathensSumDBTimeout is what lathens gives it, so that it is lathens who
	// answers.
	LathensSumDBTimeout = SumDB - time.Second
	// LathensStaleWait is how long a caller waits for a fresh list who could have
	// a stale one.
	LathensStaleWait = ListTry / 2
	// LathensDrainDelay is from SIGTERM, when /readyz turns 503, to the closing
	// of lathens' port.
	LathensDrainDelay = 3 * time.Second
	// LathensDrain is how long lathens may finish requests after SIGTERM, the
	// delay with it; none of them lasts longer.
	LathensDrain = LathensUpstreamTimeout
	// PreStop is how long a pod that is to stop still answers, while gateways
	// and Services learn of it: the programs close their port at once on SIGTERM.
	PreStop = 10 * time.Second
)

// GracePeriod of a pod covers PreStop, its program's shutdown and ten seconds
// more, so that the program ends by itself.
func GracePeriod(shutdown time.Duration) time.Duration {
	return PreStop + shutdown + 10*time.Second
}

// LathensPause is how long a new lathens is ready before the next old one leaves:
// until the lists that moved to it are fresh again, so that in no minute of a rollout
// twice as many are asked for as without one (internal/lathens/rollout_test.go).
// The pauses of all replicas take two minutes at most, for which helm --wait and
// others have patience.
func LathensPause(ttl time.Duration, replicas int32) time.Duration {
	return min(ttl, time.Minute, 2*time.Minute/time.Duration(max(1, replicas)))
}
