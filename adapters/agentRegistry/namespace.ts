/** The namespace of the shapes' names. Nothing of it is sent. */
export const n0 = 'com.amazonaws.agentregistrycontrol';
