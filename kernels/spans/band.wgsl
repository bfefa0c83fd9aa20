// band[i][lag][a] = sum over the heads h of KV group a of exp(q[i,h]·k[i−lag,a] · scale − lse[h,i])
// for the rows of one chunk, scores soft-capped as in the attention; 0 where the key is outside the
// window, older than the ring or before token 0.
// Thread: one row, four lags, one KV head; barrier-free. D is a multiple of 4.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>; // f32 [T, H*D], rotated
@group(0) @binding(2) var<storage, read> k: array<vec4<f32>>; // f32 [K][setCapacity][D], rotated
@group(0) @binding(3) var<storage, read> lse: array<f32>; // f32 [H, T]
@group(0) @binding(4) var<storage, read_write> band: array<f32>; // f32 [T][bandWidth][K]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let groups = (params.bandWidth + 3u) / 4u;
  let row = id.y;
  if (id.x >= groups * params.kvHeads || row >= params.tokens) { return; }
  let a = id.x % params.kvHeads;
  let lag = (id.x / params.kvHeads) * 4u;
  let quads = params.headDim / 4u;
  let perGroup = params.heads / params.kvHeads;
  // Number of lags, counted from 0, whose key is a ring token.
  var visible = min(params.firstToken + row + 1u - params.firstRingToken, params.bandWidth);
  if (params.window > 0u) { visible = min(visible, params.window); }
  let headBase = a * params.setCapacity;
  let newest = params.rowOfFirstRing + params.firstToken + row - params.firstRingToken;
  var sum = vec4<f32>(0.0);
  if (lag < visible) {
    // Rows of invisible lags are clamped to a row that exists; their terms are masked below.
    let oldest = visible - 1u;
    let at = vec4<u32>(
      (headBase + newest - lag) * quads,
      (headBase + newest - min(lag + 1u, oldest)) * quads,
      (headBase + newest - min(lag + 2u, oldest)) * quads,
      (headBase + newest - min(lag + 3u, oldest)) * quads,
    );
    for (var h = a * perGroup; h < (a + 1u) * perGroup; h++) {
      let base = (row * params.heads + h) * quads;
      var score = vec4<f32>(0.0);
      for (var d = 0u; d < quads; d++) {
        let x = q[base + d];
        score += vec4<f32>(
          dot(x, k[at.x + d]), dot(x, k[at.y + d]), dot(x, k[at.z + d]), dot(x, k[at.w + d]));
      }
      // A probability is at most 1; rounding of lse must not push it above.
      score = score * params.scale;
      if (params.softCap > 0.0) {
        score = params.softCap * tanh(clamp(score / params.softCap, vec4<f32>(-20.0), vec4<f32>(20.0)));
      }
      sum += exp(min(score - lse[h * params.tokens + row], vec4<f32>(0.0)));
    }
  }
  for (var n = 0u; n < 4u; n++) {
    if (lag + n >= params.bandWidth) { break; }
    let value = select(0.0, sum[n], lag + n < visible);
    band[(row * params.bandWidth + lag + n) * params.kvHeads + a] = value;
  }
}
