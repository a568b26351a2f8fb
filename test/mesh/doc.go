// Package mesh proves where the traffic of a site goes.
//
// It puts what the program renders into a cluster (package cluster), runs a
// real istiod over it (istiod), and walks requests through the configuration
// that istiod computes for each Envoy (walk, envoy). Nothing is downloaded or
// listens on a network. Building istiod takes minutes, the first time.
//
//   - TestTable sends the requests of testdata/requests to every example and
//     golden that is in the mesh.
//   - TestDrills, TestCollectorMissing and TestEgress break a part, or leave.
//   - TestAnalyzers asks all of istioctl's analyzers.
//   - TestFaults seeds mistakes and says who notices each; TestLines takes
//     lines away.
//   - TestAgree holds athens-kfn prove against all of this.
//   - TestProof writes docs/proof.md.
//   - TestLive… run real Envoys (live); TestLiveDrills breaks parts of a site under
//     load, and TestDrillsPage writes docs/drills.md. TestLiveCalls counts the lists
//     that reach Athens, and TestCallsPage writes them into docs/how-it-works.md.
//
// Run it with -count=1: the go command does not see when files outside of this
// module change, and would repeat an old answer.
package mesh
